metadata description = 'Lets a service account of the cluster act as an identity (workload identity), without a secret.'

@description('Required. The name of the identity.')
param identityName string

@description('Required. The issuer of the cluster\'s tokens.')
param issuer string

@description('Required. The namespace of the service account.')
param namespace string

@description('Required. The name of the service account.')
param serviceAccount string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource federation 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = {
  parent: identity
  name: '${namespace}-${serviceAccount}'
  properties: {
    issuer: issuer
    subject: 'system:serviceaccount:${namespace}:${serviceAccount}'
    audiences: ['api://AzureADTokenExchange']
  }
}
