metadata description = 'A monthly budget of the resource group: mails before it is spent and when it will be.'

@description('Required. The name of the budget.')
param name string

@description('Required. The most that a month may cost, in the currency of the bill.')
@minValue(1)
param amount int

@description('Required. The first day of a month, from which on it counts: YYYY-MM-01.')
param startDate string

@description('Required. Who is told.')
@minLength(1)
param emails string[]

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: startDate
    }
    notifications: {
      halfSpent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 50
        thresholdType: 'Actual'
        contactEmails: emails
      }
      nearlySpent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 90
        thresholdType: 'Actual'
        contactEmails: emails
      }
      willBeOverspent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
