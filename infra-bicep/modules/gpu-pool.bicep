metadata description = 'The pool of GPU nodes: empty until a model needs it, and for the slots alone.'

import { gpuOptions } from 'types.bicep'

@description('Required. The name of the cluster.')
param clusterName string

@description('Required. The subnet of the nodes.')
param subnetId string

@description('Required. The pool.')
param options gpuOptions

@description('Required. The principal of the control plane, which asks for nodes before it stages a version.')
param controlPlanePrincipalId string

@description('Required. The role that scales a pool.')
param poolScalerRoleId string

resource cluster 'Microsoft.ContainerService/managedClusters@2026-03-01' existing = {
  name: clusterName
}

// Named as in local.settings.example.json (Aks__GpusPerNode__gpu) and in the models' gates.yaml (capacity.pool).
resource pool 'Microsoft.ContainerService/managedClusters/agentPools@2026-03-01' = {
  parent: cluster
  name: 'gpu'
  properties: {
    mode: 'User'
    osType: 'Linux'
    osSKU: 'Ubuntu'
    vmSize: options.vmSize
    vnetSubnetID: subnetId
    enableAutoScaling: true
    count: 0
    minCount: 0
    maxCount: options.maxNodes
    scaleDownMode: 'Delete'
    nodeTaints: ['sku=gpu:NoSchedule']
    nodeLabels: {
      'llmops.dev/pool': 'gpu'
    }
    gpuProfile: {
      driver: 'Install'
    }
  }
}

resource controlPlaneOnPool 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(pool.id, controlPlanePrincipalId, poolScalerRoleId)
  scope: pool
  properties: {
    principalId: controlPlanePrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: poolScalerRoleId
  }
}
