metadata description = 'The account of models, state and audit log: versions kept, deletions undone, no key, nothing public.'

@description('Required. The region.')
param location string

@description('Required. The name of the account: 3 to 24 lower-case letters and digits.')
@minLength(3)
@maxLength(24)
param name string

@description('Optional. How often the data is copied.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param redundancy string = 'Standard_ZRS'

@description('Optional. How many days what was deleted or overwritten can be brought back.')
@minValue(7)
@maxValue(365)
param keptDays int = 30

@description('Optional. Whether the account is reached by private endpoints only.')
param isPrivate bool = false

@description('Required. The principal of the control plane.')
param controlPlanePrincipalId string

@description('Required. The principal of the inference servers.')
param inferencePrincipalId string

// What the blob trigger asks of its connection: the owner of blobs and, for the poison queue, of queues' content.
var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var queueContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var blobReader = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1')

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    accessTier: 'Hot'
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
      isVersioningEnabled: true
      deleteRetentionPolicy: {
        enabled: true
        days: keptDays
      }
      containerDeleteRetentionPolicy: {
        enabled: true
        days: keptDays
      }
    }

    resource models 'containers' = {
      name: 'models'
    }

    resource state 'containers' = {
      name: 'state'
    }

    resource audit 'containers' = {
      name: 'audit'
    }
  }

  // The state is written often: its old versions go, those of models and of the audit log stay.
  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'old-state'
            type: 'Lifecycle'
            definition: {
              actions: {
                version: {
                  delete: {
                    daysAfterCreationGreaterThan: keptDays
                  }
                }
              }
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: ['state/']
              }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}

resource controlPlaneRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [blobOwner, queueContributor]: {
    name: guid(account.id, controlPlanePrincipalId, role)
    scope: account
    properties: {
      principalId: controlPlanePrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource inferenceOnModels 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::blobs::models.id, inferencePrincipalId, blobReader)
  scope: account::blobs::models
  properties: {
    principalId: inferencePrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: blobReader
  }
}

@description('The id of the account.')
output id string = account.id

@description('The endpoint of its blobs, without a slash at the end.')
output blobEndpoint string = 'https://${account.name}.blob.${environment().suffixes.storage}'

@description('The endpoint of its queues, without a slash at the end.')
output queueEndpoint string = 'https://${account.name}.queue.${environment().suffixes.storage}'
