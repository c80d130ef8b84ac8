metadata description = 'The second net: rules of managed Prometheus, evaluated once a minute, that tell people. The rollback is asked for by the Alertmanager in the cluster, within seconds.'

@description('Required. The region.')
param location string

@description('Required. The prefix of the names.')
param name string

@description('Required. The Azure Monitor workspace.')
param workspaceId string

@description('Required. The name of the cluster.')
param clusterName string

@description('Required. Who is told.')
@minLength(1)
param emails string[]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  properties: {
    groupShortName: 'llmops'
    enabled: true
    emailReceivers: [
      for (email, i) in emails: {
        name: 'person-${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// A minute is the shortest interval there is. Istio's own metric, because it counts what users meet: at the gateway, where the
// copies of a shadow are not counted, and without what the control plane asks through the gateway `slots`.
resource rules 'Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01' = {
  name: name
  location: location
  properties: {
    description: 'What users meet at the gateway, and pods that do not get ready.'
    enabled: true
    clusterName: clusterName
    scopes: [workspaceId]
    interval: 'PT1M'
    rules: [
      {
        alert: 'LlmErrorRateHigh'
        enabled: true
        expression: 'sum by (destination_service_name) (rate(istio_requests_total{reporter="source",source_workload!="slots-istio",destination_service_namespace="llmops",response_code=~"5.."}[2m])) / sum by (destination_service_name) (rate(istio_requests_total{reporter="source",source_workload!="slots-istio",destination_service_namespace="llmops"}[2m])) > 0.2'
        for: 'PT1M'
        severity: 1
        annotations: {
          summary: '{{ $labels.destination_service_name }}: more than 20 % of requests fail, and no rollback has ended it'
        }
        actions: [
          {
            actionGroupId: people.id
          }
        ]
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: 'PT5M'
        }
      }
      {
        alert: 'LlmSlotNotReady'
        enabled: true
        expression: 'kube_deployment_status_replicas_available{namespace="llmops"} < kube_deployment_spec_replicas{namespace="llmops"}'
        for: 'PT15M'
        severity: 2
        annotations: {
          summary: '{{ $labels.deployment }}: fewer servers are ready than should run, for 15 minutes'
        }
        actions: [
          {
            actionGroupId: people.id
          }
        ]
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: 'PT5M'
        }
      }
    ]
  }
}
