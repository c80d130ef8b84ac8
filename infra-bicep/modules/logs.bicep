metadata description = 'Where logs, traces and the app\'s own metrics go: a Log Analytics workspace and Application Insights, both without keys.'

@description('Required. The region.')
param location string

@description('Required. The prefix of the names.')
param name string

@description('Optional. How many days logs are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int = 30

@description('Optional. The most gigabytes of logs a day; a burst of logs must not become a bill.')
@minValue(1)
param dailyQuotaGb int = 5

@description('Required. The principal of the control plane, which writes.')
param controlPlanePrincipalId string

// Monitoring Metrics Publisher: what Application Insights asks of a writer that shows an identity.
var metricsPublisher = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: name
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
    features: {
      disableLocalAuth: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource controlPlaneOnInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, controlPlanePrincipalId, metricsPublisher)
  scope: insights
  properties: {
    principalId: controlPlanePrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: metricsPublisher
  }
}

@description('The id of the workspace.')
output workspaceId string = workspace.id

@description('Where Application Insights is reached. Not a secret: writing asks for a role.')
output insightsAddress string = insights.properties.ConnectionString
