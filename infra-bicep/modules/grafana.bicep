metadata description = 'Grafana over the metrics, with Entra\'s sign-in and no API keys.'

@description('Required. The region.')
param location string

@description('Required. The name: at most 23 characters.')
@maxLength(23)
param name string

@description('Required. The id of Grafana\'s identity.')
param identityId string

@description('Required. The workspace that it shows.')
param workspaceId string

@description('Required. The Entra groups whose members administer it.')
param adminGroupObjectIds string[]

// Grafana Admin
var admin = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '22926164-76b3-42b3-bc55-97df8dab3e41')

resource grafana 'Microsoft.Dashboard/grafana@2025-08-01' = {
  name: name
  location: location
  sku: {
    name: 'Standard'
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    apiKey: 'Disabled'
    publicNetworkAccess: 'Enabled'
    grafanaIntegrations: {
      azureMonitorWorkspaceIntegrations: [
        {
          azureMonitorWorkspaceResourceId: workspaceId
        }
      ]
    }
  }
}

resource admins 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for groupId in adminGroupObjectIds: {
    name: guid(grafana.id, groupId, admin)
    scope: grafana
    properties: {
      principalId: groupId
      principalType: 'Group'
      roleDefinitionId: admin
    }
  }
]
