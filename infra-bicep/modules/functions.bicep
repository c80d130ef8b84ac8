metadata description = 'The function app on Flex Consumption: one identity, no keys, and instances that are always there for a rollback.'

@description('Required. The region.')
param location string

@description('Required. The name of the app: its host name, worldwide.')
param name string

@description('Required. The id of the control plane\'s identity.')
param identityId string

@description('Required. The subnet of the functions.')
param subnetId string

@description('Required. The container that packages are deployed to.')
param packagesUri string

@description('Optional. How many instances wait for each step of a rollback. 0 saves money and costs a cold start a step.')
@minValue(0)
param rollbackInstances int = 1

@description('Optional. The most instances of each function or group.')
@minValue(40)
@maxValue(1000)
param maxInstances int = 40

// The path of a rollback: the hook (all HTTP functions share the group `http`), the queue, and the tick that settles it.
var rollbackPath = ['http', 'function:ServiceBusRollback', 'function:TimerAdvanceRollouts']

// Event Grid wakes the blob trigger only where an instance of its group runs.
var uploadPath = [
  {
    name: 'blob'
    instanceCount: 1
  }
]

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: name
  location: location
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: subnetId
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maxInstances
        alwaysReady: concat(
          uploadPath,
          rollbackInstances == 0
            ? []
            : map(rollbackPath, step => {
                name: step
                instanceCount: rollbackInstances
              })
        )
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
    }
  }

  resource noFtp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource noPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

@description('The name of the app.')
output name string = app.name

@description('Where it is reached.')
output url string = 'https://${app.properties.defaultHostName}'
