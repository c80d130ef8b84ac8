metadata description = 'The zone `llm.internal`, in which the functions find what is inside the cluster. Its addresses are known once the cluster runs.'

import { internalName } from 'types.bicep'

@description('Required. The network.')
param networkId string

@description('Required. What has an address: `*` is the gateway `slots`, under which each slot is SLOT.MODEL.')
param names internalName[]

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'llm.internal'
  location: 'global'
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'network'
  location: 'global'
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: networkId
    }
  }
}

resource records 'Microsoft.Network/privateDnsZones/A@2024-06-01' = [
  for name in names: {
    parent: zone
    name: name.name
    properties: {
      ttl: 60
      aRecords: [
        {
          ipv4Address: name.address
        }
      ]
    }
  }
]
