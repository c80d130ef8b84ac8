metadata description = 'Flux on the cluster, and what it follows: the cluster\'s folder of the GitOps repository.'

import { gitOps } from 'types.bicep'

@description('Required. The name of the cluster.')
param clusterName string

@description('Required. What the cluster follows.')
param source gitOps

resource cluster 'Microsoft.ContainerService/managedClusters@2026-03-01' existing = {
  name: clusterName
}

resource extension 'Microsoft.KubernetesConfiguration/extensions@2025-03-01' = {
  name: 'flux'
  scope: cluster
  properties: {
    extensionType: 'microsoft.flux'
    autoUpgradeMinorVersion: true
    scope: {
      cluster: {
        releaseNamespace: 'flux-system'
      }
    }
    configurationSettings: {
      // The objects in clusters/ apply as Flux itself: one team owns the repository.
      'multiTenancy.enforce': 'false'
    }
  }
}

// Named `cluster`, because clusters/ holds a GitRepository `llmops` of its own, which the control plane hints at.
// The extension's intervals are 600 s unless said otherwise: a lost hint would cost ten minutes.
resource configuration 'Microsoft.KubernetesConfiguration/fluxConfigurations@2025-04-01' = {
  name: 'cluster'
  scope: cluster
  properties: {
    scope: 'cluster'
    namespace: 'flux-system'
    sourceKind: 'GitRepository'
    gitRepository: {
      url: source.url
      repositoryRef: {
        branch: source.branch
      }
      syncIntervalInSeconds: 60
      timeoutInSeconds: 60
      localAuthRef: empty(source.credentialsRef) ? null : source.credentialsRef
    }
    kustomizations: {
      cluster: {
        path: source.path
        prune: true
        // Waiting for health would hold a rollback behind a bad version.
        wait: false
        syncIntervalInSeconds: 60
        retryIntervalInSeconds: 30
        timeoutInSeconds: 60
      }
    }
  }
  dependsOn: [extension]
}
