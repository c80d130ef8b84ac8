metadata description = 'The whole control plane and its cluster in one resource group. subscription.bicep is the second phase; docs/install.md says in what order.'

targetScope = 'resourceGroup'

import { clusterAddresses, clusterOptions, gitHubApp, gitOps, gpuOptions, internalName, settings, webhook } from 'modules/types.bicep'

@description('Optional. The region.')
param location string = resourceGroup().location

@description('Required. The prefix of the names: lower-case letters and digits.')
@minLength(3)
@maxLength(10)
param name string

@description('Required. The Entra groups whose members administer the cluster and Grafana.')
@minLength(1)
param adminGroupObjectIds string[]

@description('Required. Who is told of alerts and of the budget.')
@minLength(1)
param emails string[]

@description('Required. The most that a month may cost, in the currency of the bill.')
param monthlyBudget int

@description('Required. The first day of a month, from which on the budget counts: YYYY-MM-01.')
param budgetStart string

@description('Required. What the cluster follows.')
param source gitOps

@description('Required. The GitHub App that reads and writes the repository.')
param gitHub gitHubApp

@description('Required. Where the cluster\'s parts are reached from the functions\' subnet.')
param addresses clusterAddresses

@description('Required. The cluster.')
param clusterChoices clusterOptions

@description('Required. The pool of GPU nodes.')
param gpuChoices gpuOptions

@description('Optional. How many function instances wait for each step of a rollback.')
@minValue(0)
param rollbackInstances int = 1

@description('Optional. How often models and state are copied.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param redundancy string = 'Standard_ZRS'

@description('Optional. Whether storage, Service Bus and the vault are reached by private endpoints only.')
param isPrivate bool = false

@description('Optional. Who may reach the gateway from outside: an address range or a service tag; empty opens nothing.')
param gatewaySource string = ''

@description('Optional. What the functions find inside the cluster, in the zone llm.internal.')
param internalNames internalName[] = []

@description('Optional. Whether Grafana is deployed.')
param withGrafana bool = true

@description('Optional. Whether the secrets before the present ones still count.')
param rotating bool = false

@description('Optional. Who is told of events.')
param endpoint webhook?

@description('Optional. Further settings of the function app; they win.')
param extraSettings settings = {}

var unique = uniqueString(resourceGroup().id, name)
var names = {
  app: '${name}-${unique}'
  hostStorage: take('${name}host${unique}', 24)
  modelStorage: take('${name}models${unique}', 24)
  registry: take('${name}${unique}', 50)
  serviceBus: '${name}-${unique}'
  vault: take('${name}-${unique}', 24)
}
module identity 'modules/identity.bicep' = {
  params: { location: location, name: name }
}

module poolScaler 'modules/pool-scaler-role.bicep' = {}

module network 'modules/network.bicep' = {
  params: {
    location: location
    name: name
    gatewaySource: gatewaySource
    clusterPrincipalId: identity.outputs.clusterPrincipalId
    controlPlanePrincipalId: identity.outputs.controlPlanePrincipalId
    poolScalerRoleId: poolScaler.outputs.id
  }
}

module internal 'modules/internal-names.bicep' = {
  params: { networkId: network.outputs.id, names: internalNames }
}

module logs 'modules/logs.bicep' = {
  params: { location: location, name: name, controlPlanePrincipalId: identity.outputs.controlPlanePrincipalId }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    name: names.modelStorage
    redundancy: redundancy
    isPrivate: isPrivate
    controlPlanePrincipalId: identity.outputs.controlPlanePrincipalId
    inferencePrincipalId: identity.outputs.inferencePrincipalId
  }
}

module hostStorage 'modules/host-storage.bicep' = {
  params: {
    location: location
    name: names.hostStorage
    isPrivate: isPrivate
    controlPlanePrincipalId: identity.outputs.controlPlanePrincipalId
  }
}

module modelEvents 'modules/model-events.bicep' = {
  params: { location: location, name: '${name}-models', storageAccountId: storage.outputs.id }
}

module serviceBus 'modules/service-bus.bicep' = {
  params: {
    location: location
    name: names.serviceBus
    isPrivate: isPrivate
    controlPlanePrincipalId: identity.outputs.controlPlanePrincipalId
  }
}

module vault 'modules/key-vault.bicep' = {
  params: {
    location: location
    name: names.vault
    isPrivate: isPrivate
    readerPrincipalIds: [identity.outputs.controlPlanePrincipalId, identity.outputs.secretsPrincipalId]
    workspaceId: logs.outputs.workspaceId
  }
}

module cluster 'modules/cluster.bicep' = {
  params: {
    location: location
    name: name
    identityId: identity.outputs.clusterId
    subnetId: network.outputs.nodesSubnetId
    adminGroupObjectIds: adminGroupObjectIds
    options: clusterChoices
    controlPlanePrincipalId: identity.outputs.controlPlanePrincipalId
  }
}

module gpuPool 'modules/gpu-pool.bicep' = {
  params: {
    clusterName: name
    subnetId: network.outputs.nodesSubnetId
    options: gpuChoices
    controlPlanePrincipalId: identity.outputs.controlPlanePrincipalId
    poolScalerRoleId: poolScaler.outputs.id
  }
  dependsOn: [cluster]
}

module inferenceFederation 'modules/federation.bicep' = {
  params: {
    identityName: identity.outputs.inferenceName
    issuer: cluster.outputs.issuer
    namespace: 'llmops'
    serviceAccount: 'inference-server'
  }
}

module secretsFederation 'modules/federation.bicep' = {
  params: {
    identityName: identity.outputs.secretsName
    issuer: cluster.outputs.issuer
    namespace: 'external-secrets'
    serviceAccount: 'external-secrets'
  }
}

module registry 'modules/registry.bicep' = {
  params: { location: location, name: names.registry, kubeletPrincipalId: cluster.outputs.kubeletPrincipalId }
}

module flux 'modules/flux.bicep' = {
  params: { clusterName: name, source: source }
  dependsOn: [cluster]
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    location: location
    name: name
    clusterName: name
    controlPlanePrincipalId: identity.outputs.controlPlanePrincipalId
    grafanaId: identity.outputs.grafanaId
    grafanaPrincipalId: identity.outputs.grafanaPrincipalId
    adminGroupObjectIds: adminGroupObjectIds
    withGrafana: withGrafana
    emails: emails
  }
  dependsOn: [cluster]
}

module budget 'modules/budget.bicep' = {
  params: { name: name, amount: monthlyBudget, startDate: budgetStart, emails: emails }
}

module privateNetwork 'modules/private-network.bicep' = if (isPrivate) {
  params: {
    location: location
    name: name
    networkId: network.outputs.id
    subnetId: network.outputs.endpointsSubnetId
    targets: [
      { name: 'models-blob', group: 'blob', id: storage.outputs.id }
      { name: 'models-queue', group: 'queue', id: storage.outputs.id }
      { name: 'host-blob', group: 'blob', id: hostStorage.outputs.id }
      { name: 'host-queue', group: 'queue', id: hostStorage.outputs.id }
      { name: 'host-table', group: 'table', id: hostStorage.outputs.id }
      { name: 'vault', group: 'vault', id: vault.outputs.id }
      { name: 'service-bus', group: 'namespace', id: serviceBus.outputs.id }
    ]
  }
}

module functions 'modules/functions.bicep' = {
  params: {
    location: location
    name: names.app
    identityId: identity.outputs.controlPlaneId
    subnetId: network.outputs.functionsSubnetId
    packagesUri: hostStorage.outputs.packagesUri
    rollbackInstances: rollbackInstances
  }
  dependsOn: [privateNetwork]
}

module appSettings 'modules/app-settings.bicep' = {
  params: {
    functionAppName: functions.outputs.name
    publicUrl: functions.outputs.url
    clientId: identity.outputs.controlPlaneClientId
    hostStorage: { blob: hostStorage.outputs.blobEndpoint, queue: hostStorage.outputs.queueEndpoint, table: hostStorage.outputs.tableEndpoint }
    modelStorage: { blob: storage.outputs.blobEndpoint, queue: storage.outputs.queueEndpoint }
    serviceBusHost: serviceBus.outputs.host
    vaultUri: vault.outputs.uri
    insightsConnection: logs.outputs.insightsAddress
    clusterId: cluster.outputs.id
    gpusPerNode: gpuChoices.gpusPerNode
    addresses: addresses
    gitHub: gitHub
    rotating: rotating
    endpoint: endpoint
    extra: extraSettings
  }
}

@description('The name of the function app.')
output functionAppName string = functions.outputs.name

@description('Where the control plane is reached: CONTROL_PLANE_URL in clusters/…/settings.yaml.')
output controlPlaneUrl string = functions.outputs.url

@description('The topic that subscription.bicep, the second phase, subscribes to.')
output topicName string = modelEvents.outputs.name

@description('The workspace of metrics, for the second phase.')
output workspaceId string = monitoring.outputs.workspaceId

@description('The cluster.')
output clusterName string = name

@description('The vault that the secrets are put into.')
output vaultName string = names.vault

@description('The principal of the control plane, for the RoleBinding in the cluster.')
output controlPlanePrincipalId string = identity.outputs.controlPlanePrincipalId

@description('Where images are pushed.')
output registry string = registry.outputs.loginServer

@description('What clusters/…/settings.yaml of the GitOps repository is told, by its names.')
output clusterSettings settings = {
  STORAGE_ACCOUNT: names.modelStorage
  STORAGE_RESOURCE_GROUP: resourceGroup().name
  STORAGE_CIDR: network.outputs.endpointsPrefix
  MODELS_CLIENT_ID: identity.outputs.inferenceClientId
  KEY_VAULT_URL: vault.outputs.uri
  SECRETS_CLIENT_ID: identity.outputs.secretsClientId
  TENANT_ID: tenant().tenantId
  CONTROL_PLANE_URL: functions.outputs.url
  CONTROL_PLANE_HOST: replace(functions.outputs.url, 'https://', '')
  CONTROL_PLANE_CIDR: network.outputs.functionsPrefix
}
