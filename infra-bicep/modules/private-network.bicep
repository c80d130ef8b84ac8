metadata description = 'Private endpoints of all that holds something, and the zones in which the network finds them.'

import { privateTarget } from 'types.bicep'

@description('Required. The region.')
param location string

@description('Required. The prefix of the names.')
param name string

@description('Required. The network.')
param networkId string

@description('Required. The subnet of private endpoints.')
param subnetId string

@description('Required. What is reached.')
param targets privateTarget[]

var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
  namespace: 'privatelink.servicebus.windows.net'
}

module zonesOfNetwork 'private-dns.bicep' = {
  params: { zoneNames: map(items(zones), zone => zone.value), networkId: networkId }
}

module endpoints 'private-endpoint.bicep' = [
  for target in targets: {
    params: {
      location: location
      name: '${name}-${target.name}'
      targetId: target.id
      group: target.group
      subnetId: subnetId
      zoneName: zones[target.group]
    }
    dependsOn: [zonesOfNetwork]
  }
]
