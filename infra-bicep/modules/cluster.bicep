metadata description = 'The AKS cluster with its system pool: Entra only, workload identity, Cilium, and the add-ons that the GitOps repository counts on.'

import { clusterOptions } from 'types.bicep'

@description('Required. The region.')
param location string

@description('Required. The name of the cluster.')
param name string

@description('Required. The id of the cluster\'s identity.')
param identityId string

@description('Required. The subnet of the nodes.')
param subnetId string

@description('Required. The Entra groups whose members administer the cluster.')
@minLength(1)
param adminGroupObjectIds string[]

@description('Required. What differs between environments.')
param options clusterOptions

@description('Required. The principal of the control plane, which asks for the address of the API server.')
param controlPlanePrincipalId string

// Azure Kubernetes Service Cluster User Role: the address and the authority, no right in the cluster.
var clusterUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4abbcc35-e782-43d8-92c5-2d3f1bd2253f')

resource cluster 'Microsoft.ContainerService/managedClusters@2026-03-01' = {
  name: name
  location: location
  sku: {
    name: 'Base'
    tier: options.tier
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    dnsPrefix: name
    kubernetesVersion: options.?kubernetesVersion
    disableLocalAccounts: true
    enableRBAC: true
    // Kubernetes' own RBAC, so that a RoleBinding in Git says what the control plane may do: read its namespace and
    // Flux's objects, annotate them. Azure's roles know no custom resources.
    aadProfile: {
      managed: true
      enableAzureRBAC: false
      adminGroupObjectIDs: adminGroupObjectIds
      tenantID: tenant().tenantId
    }
    apiServerAccessProfile: {
      enablePrivateCluster: options.isPrivate
      authorizedIPRanges: options.isPrivate ? [] : options.authorizedIpRanges
      disableRunCommand: true
    }
    autoUpgradeProfile: {
      upgradeChannel: 'patch'
      nodeOSUpgradeChannel: 'NodeImage'
    }
    oidcIssuerProfile: { enabled: true }
    securityProfile: {
      workloadIdentity: { enabled: true }
      imageCleaner: {
        enabled: true
        intervalHours: 168
      }
    }
    networkProfile: {
      networkPlugin: 'azure'
      networkPluginMode: 'overlay'
      networkDataplane: 'cilium'
      networkPolicy: 'cilium'
      loadBalancerSku: 'standard'
      podCidr: '10.244.0.0/16'
      serviceCidr: '10.0.0.0/16'
      dnsServiceIP: '10.0.0.10'
    }
    // The way in: Gateway API by Istio, which counts requests by the Service that answered.
    ingressProfile: {
      gatewayAPI: { installation: 'Standard' }
    }
    serviceMeshProfile: {
      mode: 'Istio'
      istio: {
        revisions: [options.istioRevision]
      }
    }
    storageProfile: {
      blobCSIDriver: { enabled: true }
    }
    workloadAutoScalerProfile: {
      keda: { enabled: true }
    }
    azureMonitorProfile: {
      metrics: { enabled: true }
    }
    agentPoolProfiles: [
      {
        name: 'system'
        mode: 'System'
        osType: 'Linux'
        osSKU: 'AzureLinux'
        vmSize: options.systemVmSize
        vnetSubnetID: subnetId
        enableAutoScaling: true
        count: options.systemMinNodes
        minCount: options.systemMinNodes
        maxCount: options.systemMaxNodes
        upgradeSettings: { maxSurge: '33%' }
      }
    ]
  }
}

resource controlPlaneOnCluster 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(cluster.id, controlPlanePrincipalId, clusterUser)
  scope: cluster
  properties: {
    principalId: controlPlanePrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: clusterUser
  }
}

@description('The id of the cluster.')
output id string = cluster.id

@description('The issuer of the tokens of service accounts.')
output issuer string = cluster.properties.oidcIssuerProfile.issuerURL

@description('The principal that pulls images.')
output kubeletPrincipalId string = cluster.properties.identityProfile.kubeletidentity.objectId
