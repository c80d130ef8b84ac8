metadata description = 'The events of the models\' account. Who hears them is the second phase: subscription.bicep.'

@description('Required. The region.')
param location string

@description('Required. The name of the topic.')
param name string

@description('Required. The id of the account of models.')
param storageAccountId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  properties: {
    source: storageAccountId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

@description('The name of the topic, for the second phase.')
output name string = topic.name
