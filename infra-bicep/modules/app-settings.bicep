metadata description = 'Every setting that the function app reads, as in local.settings.example.json; a test compares.'

import { clusterAddresses, gitHubApp, settings, storageEndpoints, webhook } from 'types.bicep'

@description('Required. The name of the app.')
param functionAppName string

@description('Required. Where the app is reached, for links in checks.')
param publicUrl string

@description('Required. The client id of the control plane\'s identity.')
param clientId string

@description('Required. The account of the host.')
param hostStorage storageEndpoints

@description('Required. The account of models.')
param modelStorage storageEndpoints

@description('Required. The Service Bus namespace.')
param serviceBusHost string

@description('Required. The address of the vault, with a slash at the end.')
param vaultUri string

@description('Required. Where Application Insights is reached.')
param insightsConnection string

@description('Required. The id of the cluster.')
param clusterId string

@description('Required. The GPUs of a node of the pool `gpu`.')
param gpusPerNode int

@description('Required. Where the cluster\'s parts are reached.')
param addresses clusterAddresses

@description('Required. The GitHub App.')
param gitHub gitHubApp

@description('Optional. Whether the secrets before the present ones still count: llmops-previous-… in the vault, while they are changed.')
param rotating bool = false

@description('Optional. Who is told of events; more by `extra`.')
param endpoint webhook?

@description('Optional. Further settings; they win over those here.')
param extra settings = {}

// The host resolves these with the app's identity. A value that the vault lacks stays as this text: put secrets first.
var secret = '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/'

var host = {
  AzureWebJobsStorage__blobServiceUri: hostStorage.blob
  AzureWebJobsStorage__queueServiceUri: hostStorage.queue
  AzureWebJobsStorage__tableServiceUri: hostStorage.?table ?? ''
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${clientId}'
  AZURE_CLIENT_ID: clientId
}

var connections = {
  ModelStorage__blobServiceUri: modelStorage.blob
  ModelStorage__queueServiceUri: modelStorage.queue
  ModelStorage__credential: 'managedidentity'
  ModelStorage__clientId: clientId
  ServiceBus__fullyQualifiedNamespace: serviceBusHost
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: clientId
  Prometheus__Url: addresses.prometheus
  Prometheus__Audience: ''
  Aks__ClusterId: clusterId
  Aks__GpusPerNode__gpu: string(gpusPerNode)
  GitHub__AppId: string(gitHub.appId)
  GitHub__InstallationId: string(gitHub.installationId)
  GitHub__PrivateKey: '${secret}llmops-github-key)'
  GitHub__ApiUrl: 'https://api.github.com/'
  FluxReceiver__Url: addresses.fluxReceiver
  FluxReceiver__Name: 'llmops'
  FluxReceiver__Namespace: 'flux-system'
  FluxReceiver__Proof: 'Hmac'
  FluxReceiver__Token: empty(addresses.fluxReceiver) ? '' : '${secret}llmops-flux-receiver)'
  FluxReceiver__Audience: 'notification-controller'
}

var kubernetes = {
  Kubernetes__Access: 'Aks'
  Kubernetes__ClusterId: clusterId
  Kubernetes__Server: ''
  Kubernetes__CertificateAuthority: ''
  Kubernetes__ManagementUri: environment().resourceManager
  Kubernetes__KubeConfigPath: ''
  Kubernetes__Namespace: 'llmops'
  Kubernetes__Kustomization: 'llmops-apps'
  Kubernetes__FluxNamespace: 'flux-system'
  Kubernetes__SlotAddress: addresses.slot
  Kubernetes__Timeout: '00:00:05'
  Kubernetes__FetchPatience: '00:00:30'
  Kubernetes__SettlePatience: '00:00:10'
}

var controlPlane = {
  // Messages move releases on in time; this is the net below them, and each look lists all releases.
  AdvanceSchedule: '*/10 * * * * *'
  CapacitySchedule: '0 * * * * *'
  SweepSchedule: '0 */5 * * * *'
  ControlPlane__AlertmanagerToken: '${secret}llmops-alertmanager-token)'
  ControlPlane__GitHubSecret: '${secret}llmops-github-secret)'
  ControlPlane__FluxSecret: '${secret}llmops-flux-secret)'
  ControlPlane__PreviousAlertmanagerTokens__0: rotating ? '${secret}llmops-previous-alertmanager-token)' : ''
  ControlPlane__PreviousGitHubSecrets__0: rotating ? '${secret}llmops-previous-github-secret)' : ''
  ControlPlane__PreviousFluxSecrets__0: rotating ? '${secret}llmops-previous-flux-secret)' : ''
  ControlPlane__GitHubRepository: gitHub.repository
  ControlPlane__Branch: gitHub.branch
  ControlPlane__PublicUrl: publicUrl
  ControlPlane__Admission__MaxFileBytes: '68719476736'
  ControlPlane__Admission__MaxTotalBytes: '274877906944'
  ControlPlane__Admission__OperatorDomains__0: ''
  ControlPlane__ModelsUri: 'wasbs://models@${replace(modelStorage.blob, 'https://', '')}'
  ControlPlane__NodeHourPrice: '0'
  ControlPlane__Currency: 'USD'
}

var told = endpoint == null
  ? {}
  : {
      ControlPlane__Webhooks__0__Name: endpoint!.name
      ControlPlane__Webhooks__0__Url: endpoint!.url
      ControlPlane__Webhooks__0__Events__0: endpoint!.events
      ControlPlane__Webhooks__0__Format: endpoint!.format
      ControlPlane__Webhooks__0__Secrets__0: 'ci'
      ControlPlane__WebhookSecrets__ci: '${secret}llmops-webhook)'
    }

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

// The whole list: a setting that is not here is taken away by the next deployment.
resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(host, connections, kubernetes, controlPlane, told, extra)
}
