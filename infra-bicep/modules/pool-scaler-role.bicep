metadata description = 'A role for one act: setting the size of an agent pool. No built-in one allows less than the cluster\'s credentials.'

resource scaler 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'agent-pool-scaler')
  properties: {
    roleName: 'Agent pool scaler (${uniqueString(resourceGroup().id)})'
    description: 'Reads and scales agent pools, and lets their nodes join the subnet.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.ContainerService/managedClusters/agentPools/read'
          'Microsoft.ContainerService/managedClusters/agentPools/write'
          'Microsoft.Network/virtualNetworks/subnets/join/action'
        ]
      }
    ]
    assignableScopes: [resourceGroup().id]
  }
}

@description('The id of the role.')
output id string = scaler.id
