// A small one to try: no API server SLA, one system node, no Grafana, one always-ready instance. What is particular to you
// comes from the environment, so that nothing of it is in Git; docs/install.md sets it.
using 'main.bicep'

param name = readEnvironmentVariable('LLMOPS_NAME', 'llmopsdev')
param adminGroupObjectIds = [readEnvironmentVariable('LLMOPS_ADMIN_GROUP')]
param emails = [readEnvironmentVariable('LLMOPS_EMAIL')]
param monthlyBudget = 300
param budgetStart = readEnvironmentVariable('LLMOPS_BUDGET_START')
param source = {
  url: 'https://github.com/${readEnvironmentVariable('LLMOPS_REPOSITORY')}'
  branch: 'staging'
  path: './clusters/staging'
  credentialsRef: 'gitops-credentials'
}
param gitHub = {
  repository: readEnvironmentVariable('LLMOPS_REPOSITORY')
  branch: 'staging'
  appId: int(readEnvironmentVariable('LLMOPS_GITHUB_APP'))
  installationId: int(readEnvironmentVariable('LLMOPS_GITHUB_INSTALLATION'))
}
param addresses = {
  slot: readEnvironmentVariable('LLMOPS_SLOT_ADDRESS')
  fluxReceiver: readEnvironmentVariable('LLMOPS_FLUX_ADDRESS', '')
  prometheus: readEnvironmentVariable('LLMOPS_PROMETHEUS_ADDRESS')
}
param internalNames = json(readEnvironmentVariable('LLMOPS_INTERNAL_NAMES', '[]'))
param clusterChoices = {
  istioRevision: readEnvironmentVariable('LLMOPS_ISTIO')
  tier: 'Free'
  systemVmSize: 'Standard_D4as_v5'
  systemMinNodes: 1
  systemMaxNodes: 3
  isPrivate: false
  authorizedIpRanges: []
}
param gpuChoices = {
  vmSize: 'Standard_NC4as_T4_v3'
  gpusPerNode: 1
  maxNodes: 1
}
param rollbackInstances = 0
param redundancy = 'Standard_LRS'
param withGrafana = false
