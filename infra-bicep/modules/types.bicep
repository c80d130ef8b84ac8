metadata description = 'What the modules of the function app are told in one piece.'

@export()
@description('The endpoints of a storage account, without a slash at the end.')
type storageEndpoints = {
  @description('Of blobs.')
  blob: string
  @description('Of queues.')
  queue: string
  @description('Of tables, which the host alone uses.')
  table: string?
}

@export()
@description('The GitHub App by which the GitOps repository is read and written. Its private key is in the vault.')
type gitHubApp = {
  @description('The GitOps repository as OWNER/NAME.')
  repository: string
  @description('The branch that the cluster follows and that the control plane commits to.')
  branch: string
  @description('The number of the App.')
  appId: int
  @description('The number of its installation on the repository\'s owner.')
  installationId: int
}

@export()
@description('How the control plane reaches what runs in the cluster; see docs/install.md for the addresses.')
type clusterAddresses = {
  @description('Of a slot\'s own Service, with {model}, {slot}, {service} and {namespace}: an internal address that the functions\' subnet reaches.')
  slot: string
  @description('Of Flux\' webhook-receiver; empty leaves the hint to the cluster\'s API.')
  fluxReceiver: string
  @description('Of the cluster\'s Prometheus, which records what rollouts are judged by.')
  prometheus: string
}

@export()
@description('Who is told of events. Its signing secret is in the vault as llmops-webhook.')
type webhook = {
  @description('Names it.')
  name: string
  @description('Its address, https.')
  url: string
  @description('What it is told of, such as release.*')
  events: string
  @description('mlflow, cloudevents or cloudevents-binary.')
  format: string
}

@export()
@description('Further settings of the function app, by name, such as ControlPlane__Webhooks__1__Name.')
type settings = {
  @description('A value.')
  *: string
}

@export()
@description('The cluster: what differs between environments.')
type clusterOptions = {
  @description('The version of Kubernetes, such as 1.34; null takes the region\'s default.')
  kubernetesVersion: string?
  @description('The revision of Istio, such as asm-1-27: `az aks mesh get-revisions`.')
  istioRevision: string
  @description('The tier of the control plane: Standard has an SLA.')
  tier: 'Free' | 'Standard'
  @description('The size of a system node.')
  systemVmSize: string
  @description('The fewest system nodes.')
  systemMinNodes: int
  @description('The most system nodes.')
  systemMaxNodes: int
  @description('Whether the API server has no public address.')
  isPrivate: bool
  @description('The address ranges that may reach a public API server; empty leaves it to Entra alone.')
  authorizedIpRanges: string[]
}

@export()
@description('The pool of GPU nodes.')
type gpuOptions = {
  @description('The size of a node.')
  vmSize: string
  @description('The GPUs of such a node.')
  gpusPerNode: int
  @description('The most nodes; the quota of the subscription must allow them.')
  maxNodes: int
}

@export()
@description('What the cluster follows.')
type gitOps = {
  @description('The repository, https or ssh.')
  url: string
  @description('The branch.')
  branch: string
  @description('The folder that holds the cluster\'s own Flux objects.')
  path: string
  @description('The secret in flux-system with the repository\'s credentials; empty for a public repository.')
  credentialsRef: string
}

@export()
@description('A resource that is reached by a private endpoint.')
type privateTarget = {
  @description('Names the endpoint.')
  name: string
  @description('Which part of the resource.')
  group: 'blob' | 'queue' | 'table' | 'vault' | 'namespace'
  @description('The resource.')
  id: string
}

@export()
@description('A name in the zone llm.internal.')
type internalName = {
  @description('The name, without the zone; `*` for every other one.')
  name: string
  @description('The address, of an internal load balancer.')
  address: string
}
