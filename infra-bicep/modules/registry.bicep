metadata description = 'The registry that the nodes pull the inference server\'s image from: no admin user, nobody anonymous.'

@description('Required. The region.')
param location string

@description('Required. The name of the registry: letters and digits.')
@minLength(5)
@maxLength(50)
param name string

@description('Required. The principal of the nodes\' kubelet, which pulls.')
param kubeletPrincipalId string

// AcrPull
var pull = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' = {
  name: name
  location: location
  sku: {
    name: 'Standard'
  }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
  }
}

resource kubeletOnRegistry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, kubeletPrincipalId, pull)
  scope: registry
  properties: {
    principalId: kubeletPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: pull
  }
}

@description('Where images are pushed and pulled.')
output loginServer string = registry.properties.loginServer
