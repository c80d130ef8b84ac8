metadata description = 'A private endpoint of a resource, and its name in the zone.'

@description('Required. The region.')
param location string

@description('Required. The name.')
param name string

@description('Required. The resource that is reached.')
param targetId string

@description('Required. Which of its parts: blob, queue, table, vault or namespace.')
param group string

@description('Required. The subnet of private endpoints.')
param subnetId string

@description('Required. The zone in which it is found.')
param zoneName string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: zoneName
}

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: name
  location: location
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: group
        properties: {
          privateLinkServiceId: targetId
          groupIds: [group]
        }
      }
    ]
  }

  resource names 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: group
          properties: {
            privateDnsZoneId: zone.id
          }
        }
      ]
    }
  }
}
