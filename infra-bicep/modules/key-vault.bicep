metadata description = 'The vault of the hooks\' secrets. The deployer puts them; this file knows their names only by reference.'

@description('Required. The region.')
param location string

@description('Required. The name of the vault: 3 to 24 characters.')
@minLength(3)
@maxLength(24)
param name string

@description('Optional. Whether the vault is reached by private endpoints only.')
param isPrivate bool = false

@description('Required. The principals that read secrets: the control plane, and External Secrets in the cluster.')
param readerPrincipalIds string[]

@description('Required. The workspace that says who read what.')
param workspaceId string

// Key Vault Secrets User: reads values, changes none.
var secretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource readers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in readerPrincipalIds: {
    name: guid(vault.id, principalId, secretsUser)
    scope: vault
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: secretsUser
    }
  }
]

resource reads 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

@description('The id of the vault.')
output id string = vault.id

@description('The address of the vault, with a slash at the end.')
output uri string = vault.properties.vaultUri
