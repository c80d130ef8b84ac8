metadata description = 'A slower way for a rollback: managed Prometheus looks once a minute and calls the control plane in the common alert schema.'

@description('Required. The region.')
param location string

@description('Required. The prefix of the names.')
param name string

@description('Required. The Azure Monitor workspace.')
param workspaceId string

@description('Required. The name of the cluster.')
param clusterName string

@description('Required. Where the control plane is reached.')
param controlPlaneUrl string

@description('Required. The key of the function HttpApiAzureAlert: an action group can show no bearer token of ours.')
@secure()
param alertKey string

resource hook 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${name}-rollback'
  location: 'global'
  properties: {
    groupShortName: 'rollback'
    enabled: true
    webhookReceivers: [
      {
        name: 'control-plane'
        serviceUri: '${controlPlaneUrl}/api/alerts/azure?code=${alertKey}'
        useCommonAlertSchema: true
      }
    ]
  }
}

// The labels model, slot and version name the release to blame. The metric is there where the workspace records it, as
// the cluster's own Prometheus does by monitoring/kubernetes/rules-traffic.yaml; elsewhere this stays silent.
resource rules 'Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01' = {
  name: '${name}-rollback'
  location: location
  properties: {
    description: 'What rolls back, a minute later than the cluster\'s own rules.'
    enabled: true
    clusterName: clusterName
    scopes: [workspaceId]
    interval: 'PT1M'
    rules: [
      {
        alert: 'LlmErrorRateHigh'
        enabled: true
        expression: 'sum by (model, slot, version) (increase(llmops_gateway_requests_total{slot!="",code=~"5.."}[2m])) / sum by (model, slot, version) (increase(llmops_gateway_requests_total{slot!=""}[2m])) > 0.2 and sum by (model, slot, version) (increase(llmops_gateway_requests_total{slot!=""}[2m])) >= 5'
        severity: 1
        annotations: {
          summary: '{{ $labels.model }} {{ $labels.version }} in {{ $labels.slot }}: more than 20 % of requests fail'
        }
        actions: [
          {
            actionGroupId: hook.id
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
