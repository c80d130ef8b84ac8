metadata description = 'The identities: who acts in Azure. Each has a role only where a module grants it one.'

@description('Required. The region.')
param location string

@description('Required. The prefix of the names.')
param name string

@description('The control plane: the function app and its adapters.')
resource controlPlane 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-control-plane'
  location: location
}

@description('The cluster: places nodes and load balancers.')
resource cluster 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-cluster'
  location: location
}

@description('The inference servers: read models.')
resource inference 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-inference'
  location: location
}

@description('External Secrets: carries the vault\'s secrets into the cluster.')
resource secrets 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-secrets'
  location: location
}

@description('Grafana: reads metrics.')
resource grafana 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-grafana'
  location: location
}

@description('The id of the control plane\'s identity.')
output controlPlaneId string = controlPlane.id

@description('The client id of the control plane\'s identity, for AZURE_CLIENT_ID.')
output controlPlaneClientId string = controlPlane.properties.clientId

@description('The principal of the control plane, for role assignments and the cluster\'s RoleBinding.')
output controlPlanePrincipalId string = controlPlane.properties.principalId

@description('The id of the cluster\'s identity.')
output clusterId string = cluster.id

@description('The principal of the cluster.')
output clusterPrincipalId string = cluster.properties.principalId

@description('The name of the inference servers\' identity.')
output inferenceName string = inference.name

@description('The client id of the inference servers\' identity, for their service account\'s annotation.')
output inferenceClientId string = inference.properties.clientId

@description('The principal of the inference servers.')
output inferencePrincipalId string = inference.properties.principalId

@description('The name of the identity of External Secrets.')
output secretsName string = secrets.name

@description('The client id of the identity of External Secrets.')
output secretsClientId string = secrets.properties.clientId

@description('The principal of External Secrets.')
output secretsPrincipalId string = secrets.properties.principalId

@description('The id of Grafana\'s identity.')
output grafanaId string = grafana.id

@description('The principal of Grafana.')
output grafanaPrincipalId string = grafana.properties.principalId
