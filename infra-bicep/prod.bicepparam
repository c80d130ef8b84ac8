// For real traffic: a rollback meets no cold start, data is in three zones, what holds something is private. What is
// particular to you comes from the environment, so that nothing of it is in Git; docs/install.md sets it.
using 'main.bicep'

param name = readEnvironmentVariable('LLMOPS_NAME', 'llmops')
param adminGroupObjectIds = [readEnvironmentVariable('LLMOPS_ADMIN_GROUP')]
param emails = [readEnvironmentVariable('LLMOPS_EMAIL')]
param monthlyBudget = 3000
param budgetStart = readEnvironmentVariable('LLMOPS_BUDGET_START')
param source = {
  url: 'https://github.com/${readEnvironmentVariable('LLMOPS_REPOSITORY')}'
  branch: 'main'
  path: './clusters/production'
  credentialsRef: 'gitops-credentials'
}
param gitHub = {
  repository: readEnvironmentVariable('LLMOPS_REPOSITORY')
  branch: 'main'
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
  tier: 'Standard'
  systemVmSize: 'Standard_D4as_v5'
  systemMinNodes: 3
  systemMaxNodes: 6
  isPrivate: false
  authorizedIpRanges: []
}
param gpuChoices = {
  vmSize: 'Standard_NC24ads_A100_v4'
  gpusPerNode: 1
  maxNodes: 4
}
param rollbackInstances = 1
param redundancy = 'Standard_ZRS'
param isPrivate = true
