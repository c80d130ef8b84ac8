metadata description = 'The second phase, once the code runs: models that are uploaded wake the control plane. See docs/deploy.md.'

targetScope = 'resourceGroup'

@description('Required. The name of the topic: the output `topicName` of the first phase.')
param topicName string

@description('Required. The name of the function app: the output `functionAppName` of the first phase.')
param functionAppName string

@description('Required. The app\'s system key `blobs_extension`, which exists once the code runs.')
@secure()
param blobsExtensionKey string

module subscription 'modules/event-subscription.bicep' = {
  params: {
    topicName: topicName
    functionAppName: functionAppName
    blobsExtensionKey: blobsExtensionKey
  }
}
