metadata description = 'The account of the Functions host alone: its leases and keys, and the packages that are deployed.'

@description('Required. The region.')
param location string

@description('Required. The name of the account: 3 to 24 lower-case letters and digits.')
@minLength(3)
@maxLength(24)
param name string

@description('Optional. Whether the account is reached by private endpoints only.')
param isPrivate bool = false

@description('Required. The principal of the control plane, as which the host runs.')
param controlPlanePrincipalId string

var packagesName = 'packages'

// What the host asks of AzureWebJobsStorage: the owner of blobs, the content of queues and tables.
var hostRoles = [
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: {
        enabled: true
        days: 7
      }
    }

    resource packages 'containers' = {
      name: packagesName
    }
  }
}

resource hostOnAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in hostRoles: {
    name: guid(account.id, controlPlanePrincipalId, role)
    scope: account
    properties: {
      principalId: controlPlanePrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

@description('The id of the account.')
output id string = account.id

@description('The container that packages are deployed to.')
output packagesUri string = 'https://${account.name}.blob.${environment().suffixes.storage}/${packagesName}'

@description('The endpoint of its blobs.')
output blobEndpoint string = 'https://${account.name}.blob.${environment().suffixes.storage}'

@description('The endpoint of its queues.')
output queueEndpoint string = 'https://${account.name}.queue.${environment().suffixes.storage}'

@description('The endpoint of its tables.')
output tableEndpoint string = 'https://${account.name}.table.${environment().suffixes.storage}'
