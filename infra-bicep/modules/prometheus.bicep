metadata description = 'Managed Prometheus: the workspace, how the cluster\'s metrics reach it, and who reads them.'

@description('Required. The region.')
param location string

@description('Required. The prefix of the names.')
param name string

@description('Required. The name of the cluster that is scraped.')
param clusterName string

@description('Required. The principals that read: the control plane, which judges rollouts by it, and Grafana.')
param readerPrincipalIds string[]

// Monitoring Data Reader
var dataReader = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b0d8363b-8ddd-447d-831f-62ca05bff136')

resource cluster 'Microsoft.ContainerService/managedClusters@2026-03-01' existing = {
  name: clusterName
}

resource workspace 'Microsoft.Monitor/accounts@2025-10-03' = {
  name: name
  location: location
}

resource endpoint 'Microsoft.Insights/dataCollectionEndpoints@2024-03-11' = {
  name: '${name}-prometheus'
  location: location
  kind: 'Linux'
}

resource collection 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: '${name}-prometheus'
  location: location
  kind: 'Linux'
  properties: {
    dataCollectionEndpointId: endpoint.id
    dataSources: {
      prometheusForwarder: [
        {
          name: 'PrometheusDataSource'
          streams: ['Microsoft-PrometheusMetrics']
        }
      ]
    }
    destinations: {
      monitoringAccounts: [
        {
          name: 'workspace'
          accountResourceId: workspace.id
        }
      ]
    }
    dataFlows: [
      {
        streams: ['Microsoft-PrometheusMetrics']
        destinations: ['workspace']
      }
    ]
  }
}

resource association 'Microsoft.Insights/dataCollectionRuleAssociations@2024-03-11' = {
  name: '${name}-prometheus'
  scope: cluster
  properties: {
    description: 'The cluster\'s metrics; without it they are scraped and dropped.'
    dataCollectionRuleId: collection.id
  }
}

resource readers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in readerPrincipalIds: {
    name: guid(workspace.id, principalId, dataReader)
    scope: workspace
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: dataReader
    }
  }
]

@description('The id of the workspace.')
output workspaceId string = workspace.id
