metadata description = 'The virtual network: a subnet for the functions, one for the nodes and one for private endpoints, each behind its own rules.'

@description('Required. The region.')
param location string

@description('Required. The prefix of the names.')
param name string

@description('Optional. The address space; a /16, of which three subnets are cut.')
param addressSpace string = '10.40.0.0/16'

@description('Optional. Who may reach the gateway in the cluster from outside: an address range, or a service tag such as AzureFrontDoor.Backend. Empty opens nothing.')
param gatewaySource string = ''

@description('Required. The principal of the cluster, which places nodes and load balancers.')
param clusterPrincipalId string

@description('Required. The principal of the control plane, which scales the GPU pool and so joins nodes to their subnet.')
param controlPlanePrincipalId string

@description('Required. The role that lets a principal join the subnet while it scales a pool.')
param poolScalerRoleId string

// Network Contributor: what AKS asks of a cluster's identity on a subnet of one's own.
var networkContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4d97b98b-1d4f-4787-a291-c67834d212e7')

resource functionsRules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: '${name}-functions'
  location: location
}

resource nodesRules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: '${name}-nodes'
  location: location
  properties: {
    securityRules: empty(gatewaySource)
      ? []
      : [
          {
            name: 'gateway'
            properties: {
              description: 'HTTPS to the gateway; all else from outside is denied by the default rules.'
              access: 'Allow'
              direction: 'Inbound'
              priority: 200
              protocol: 'Tcp'
              sourceAddressPrefix: gatewaySource
              sourcePortRange: '*'
              destinationAddressPrefix: '*'
              destinationPortRange: '443'
            }
          }
        ]
  }
}

resource endpointsRules 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: '${name}-endpoints'
  location: location
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  properties: {
    addressSpace: { addressPrefixes: [addressSpace] }
    subnets: [
      {
        name: 'functions'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 24, 0)
          networkSecurityGroup: { id: functionsRules.id }
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 24, 1)
          networkSecurityGroup: { id: endpointsRules.id }
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
      {
        name: 'nodes'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 22, 1)
          networkSecurityGroup: { id: nodesRules.id }
        }
      }
    ]
  }

  resource functions 'subnets' existing = { name: 'functions' }

  resource endpoints 'subnets' existing = { name: 'endpoints' }

  resource nodes 'subnets' existing = { name: 'nodes' }
}

resource clusterOnNodes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(network::nodes.id, clusterPrincipalId, networkContributor)
  scope: network::nodes
  properties: {
    principalId: clusterPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: networkContributor
  }
}

resource scalerOnNodes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(network::nodes.id, controlPlanePrincipalId, poolScalerRoleId)
  scope: network::nodes
  properties: {
    principalId: controlPlanePrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: poolScalerRoleId
  }
}

@description('The id of the network.')
output id string = network.id

@description('Where the functions\' traffic comes from, for the cluster\'s network policies.')
output functionsPrefix string = cidrSubnet(addressSpace, 24, 0)

@description('Where private endpoints are, for the cluster\'s network policies.')
output endpointsPrefix string = cidrSubnet(addressSpace, 24, 1)

@description('The id of the functions\' subnet.')
output functionsSubnetId string = network::functions.id

@description('The id of the subnet of private endpoints.')
output endpointsSubnetId string = network::endpoints.id

@description('The id of the nodes\' subnet.')
output nodesSubnetId string = network::nodes.id
