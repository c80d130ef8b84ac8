metadata description = 'Metrics, dashboards, and the alerts that people get.'

@description('Required. The region.')
param location string

@description('Required. The prefix of the names.')
param name string

@description('Required. The name of the cluster.')
param clusterName string

@description('Required. The principal of the control plane, which judges rollouts by metrics.')
param controlPlanePrincipalId string

@description('Required. The id of Grafana\'s identity.')
param grafanaId string

@description('Required. The principal of Grafana.')
param grafanaPrincipalId string

@description('Required. The Entra groups whose members administer Grafana.')
param adminGroupObjectIds string[]

@description('Required. Whether Grafana is deployed.')
param withGrafana bool

@description('Required. Who is told of alerts.')
param emails string[]

module prometheus 'prometheus.bicep' = {
  params: {
    location: location
    name: name
    clusterName: clusterName
    readerPrincipalIds: [controlPlanePrincipalId, grafanaPrincipalId]
  }
}

module grafana 'grafana.bicep' = if (withGrafana) {
  params: {
    location: location
    name: name
    identityId: grafanaId
    workspaceId: prometheus.outputs.workspaceId
    adminGroupObjectIds: adminGroupObjectIds
  }
}

module alerts 'alerts.bicep' = {
  params: {
    location: location
    name: name
    workspaceId: prometheus.outputs.workspaceId
    clusterName: clusterName
    emails: emails
  }
}

@description('The workspace of metrics.')
output workspaceId string = prometheus.outputs.workspaceId
