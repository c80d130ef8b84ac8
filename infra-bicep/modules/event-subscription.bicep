metadata description = 'Tells the function app of each complete upload. Event Grid asks the app to confirm, so its code must run before.'

@description('Required. The name of the topic.')
param topicName string

@description('Required. The name of the function app.')
param functionAppName string

@description('Required. The app\'s system key `blobs_extension`, which the deployer reads and hands over.')
@secure()
param blobsExtensionKey string

@description('Optional. The function that is woken.')
param functionName string = 'BlobModelUploaded'

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

// No dead letters here: TimerSweep finds uploads whose event was lost.
resource uploads 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'model-uploaded'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'WebHook'
      properties: {
        endpointUrl: 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.${functionName}&code=${blobsExtensionKey}'
        maxEventsPerBatch: 1
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/models/blobs/'
      subjectEndsWith: '/release.json'
      isSubjectCaseSensitive: true
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
  }
}
