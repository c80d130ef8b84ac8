metadata description = 'The second phase, once the code runs: what wakes the control plane from outside. See docs/install.md.'

targetScope = 'resourceGroup'

@description('Optional. The region.')
param location string = resourceGroup().location

@description('Required. The topic: the output `topicName` of the first phase.')
param topicName string

@description('Required. The function app: the output `functionAppName` of the first phase.')
param functionAppName string

@description('Required. The app\'s system key `blobs_extension`, which exists once the code runs.')
@secure()
param blobsExtensionKey string

@description('Optional. The key of the function HttpApiAzureAlert. Empty leaves rollbacks to the Alertmanager in the cluster, which is faster.')
@secure()
param alertKey string = ''

@description('Optional. With a key: the output `controlPlaneUrl` of the first phase.')
param controlPlaneUrl string = ''

@description('Optional. With a key: the output `workspaceId` of the first phase.')
param workspaceId string = ''

@description('Optional. With a key: the output `clusterName` of the first phase.')
param clusterName string = ''

module uploads 'modules/event-subscription.bicep' = {
  params: {
    topicName: topicName
    functionAppName: functionAppName
    blobsExtensionKey: blobsExtensionKey
  }
}

module alerts 'modules/alert-hook.bicep' = if (!empty(alertKey)) {
  params: {
    location: location
    name: clusterName
    workspaceId: workspaceId
    clusterName: clusterName
    controlPlaneUrl: controlPlaneUrl
    alertKey: alertKey
  }
}
