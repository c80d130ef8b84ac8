metadata description = 'The queues: work, rollbacks and events to tell. Sessions keep a model\'s messages in order; no keys.'

@description('Required. The region.')
param location string

@description('Required. The name of the namespace.')
param name string

@description('Optional. Whether the namespace is reached by private endpoints only, which takes its Premium tier.')
param isPrivate bool = false

@description('Required. The principal of the control plane, which sends and receives.')
param controlPlanePrincipalId string

// As in ControlPlane/Ports/IMessageBus.cs. Rollbacks have their own queue: never behind an evaluation.
var queueNames = ['work', 'rollback', 'events']

var sku = isPrivate ? 'Premium' : 'Standard'

// Azure Service Bus Data Sender, Azure Service Bus Data Receiver
var roles = [
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
]

resource bus 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  sku: {
    name: sku
    tier: sku
    capacity: isPrivate ? 1 : null
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

// No duplicate detection: it would drop the redelivery of what failed. The control plane keeps the keys of what it did.
resource queues 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = [
  for queueName in queueNames: {
    parent: bus
    name: queueName
    properties: {
      requiresSession: true
      requiresDuplicateDetection: false
      maxDeliveryCount: 10
      lockDuration: 'PT1M'
      defaultMessageTimeToLive: 'P14D'
      deadLetteringOnMessageExpiration: true
    }
  }
]

resource controlPlaneOnBus 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles: {
    name: guid(bus.id, controlPlanePrincipalId, role)
    scope: bus
    properties: {
      principalId: controlPlanePrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

@description('The id of the namespace.')
output id string = bus.id

@description('Where it is reached, without the scheme.')
output host string = replace(replace(bus.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')
