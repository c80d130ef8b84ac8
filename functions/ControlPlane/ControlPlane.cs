using LlmOps.Admission;
using LlmOps.Audit;
using LlmOps.Capacity;
using LlmOps.Events;
using LlmOps.Gates;
using LlmOps.Gates.Suites;
using LlmOps.Inbox;
using LlmOps.Inbox.GitHub;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Registry.Mlflow;
using LlmOps.Releases;
using LlmOps.Reviews;
using LlmOps.Rollbacks;
using LlmOps.Rollouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LlmOps;

/// <summary>The control plane's table of contents.</summary>
public static class ControlPlane
{
    /// <summary>
    /// Adds every use case. The host adds the ports: IBlobs, IGitHost, IGitReviews, ICluster, IClusterRoute, IMessageBus,
    /// ILiveTraffic, and, where it has them, INodePools, IHookDeliveries and IFailedBlobs.
    /// </summary>
    public static IServiceCollection AddControlPlane(this IServiceCollection services, ControlPlaneOptions options)
    {
        CheckOptions.Require(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new Random());
        return services.AddSingleton(options)
            .AddAudit().AddManifests().AddRegistry().AddEvents()
            .AddReleases().AddAdmission().AddCapacity().AddGates().AddRollouts().AddRollbacks()
            .AddReviews().AddInbox();
    }

    private static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<AuditLog>().AddSingleton<ReadAudit>().AddSingleton<VerifyAudit>();

    private static IServiceCollection AddManifests(this IServiceCollection services) =>
        services.AddSingleton<OpenProposals>().AddSingleton<ProposeChange>().AddSingleton<CommitOnce>().AddSingleton<Reconciliation>()
            .AddSingleton<ReadPolicy>();

    private static IServiceCollection AddRegistry(this IServiceCollection services) => services
        .AddSingleton<ModelRegistry>().AddSingleton<ShowModels>().AddSingleton<SetAlias>().AddSingleton<SetTag>()
        .AddSingleton<DescribeModel>()
        .AddSingleton<MlflowShapes>().AddSingleton<ReadMlflow>().AddSingleton<SearchMlflow>().AddSingleton<NoteMlflow>()
        .AddSingleton<AnswerMlflow>();

    private static IServiceCollection AddEvents(this IServiceCollection services)
    {
        // Without the factory's logs: they would hold the endpoints' addresses, and addresses may hold secrets.
        services.AddHttpClient<SendWebhook>(http => http.Timeout = Timeout.InfiniteTimeSpan).RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(provider => WebhookConnection.Handler(provider.GetRequiredService<ControlPlaneOptions>()));
        return services.AddSingleton<EventStore>().AddSingleton<EventReader>().AddSingleton<DeliveryRules>()
            .AddSingleton<DeliverEvents>().AddSingleton<WakeEvents>().AddSingleton<ShowWebhooks>().AddSingleton<ResendEvent>();
    }

    private static IServiceCollection AddReleases(this IServiceCollection services) => services
        .AddSingleton<ReleaseStore>().AddSingleton<EmptySlot>().AddSingleton<EndMirror>()
        .AddSingleton<RegisterUpload>().AddSingleton<AdvanceRelease>().AddSingleton<WakeReleases>().AddSingleton<SweepUploads>()
        .AddSingleton<ProposeSettings>().AddSingleton<StartRelease>()
        .AddSingleton<GetRelease>().AddSingleton<ListReleases>()
        .AddSingleton<ReadFreeze>().AddSingleton<LiftFreeze>().AddSingleton<ReadOrderFacts>().AddSingleton<CarryOutOrder>()
        .AddVerb<RetryRelease>()
        .AddPhase<StageRelease>().AddPhase<AwaitStaging>().AddPhase<TellStalled>();

    private static IServiceCollection AddAdmission(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<ControlPlaneOptions>().Admission)
        .AddSingleton<AdmitVersion>().AddSingleton<ReadTrust>().AddSingleton<FindQuarantinedWeights>().AddPhase<VerifyUpload>();

    private static IServiceCollection AddCapacity(this IServiceCollection services)
    {
        services.TryAddSingleton<INodePools, NoNodePools>();
        return services.AddSingleton<CountCapacity>().AddSingleton<ReconcileCapacity>().AddPhase<EnsureCapacity>();
    }

    private static IServiceCollection AddGates(this IServiceCollection services)
    {
        services.AddHttpClient<InferenceClient>(http =>
        {
            http.Timeout = TimeSpan.FromSeconds(30);
            http.MaxResponseContentBufferSize = 4 << 20;
        });
        services.AddHttpClient<ReadPeakMemory>(http =>
        {
            http.Timeout = TimeSpan.FromSeconds(5);
            http.MaxResponseContentBufferSize = 4 << 20;
        });
        return services.AddSingleton<EvidenceStore>().AddSingleton<GradeAnswer>().AddSingleton<AnswerCache>().AddSingleton<AskOnce>()
            .AddSingleton<AskInTurn>().AddSingleton<GetGateReport>().AddPhase<EvaluateRelease>().AddPhase<SupersedeHeld>()
            .AddVerb<ApproveRelease>().AddVerb<RejectRelease>().AddPhase<ClearRejected>();
    }

    private static IServiceCollection AddRollouts(this IServiceCollection services) =>
        services.AddSingleton<SetWeights>().AddSingleton<SetMirror>().AddSingleton<ShadowCandidate>().AddSingleton<ObserveRollout>()
            .AddSingleton<RolloutBrake>()
            .AddPhase<ProgressRollout>().AddPhase<PromoteRelease>().AddPhase<CloseGuard>()
            .AddVerb<HoldRollout>().AddVerb<ResumeRollout>().AddVerb<HastenRollout>();

    private static IServiceCollection AddRollbacks(this IServiceCollection services) => services
        .AddSingleton<HandleRollback>().AddSingleton<AnswerMessage>().AddSingleton<QuarantineDebt>().AddSingleton<BreakGlass>()
        .AddSingleton<RevertInTime>().AddSingleton<RollbackLog>().AddSingleton<AnswerAlert>().AddSingleton<AlertFacts>()
        .AddSingleton<Escalate>()
        .AddSingleton<ProbeWarmSlot>().AddSingleton<IncidentStore>()
        .AddSingleton<RollBackRelease>().AddSingleton<RevertInGit>().AddSingleton<RecordRollback>().AddSingleton<RequestRollback>()
        .AddPhase<SettleRollback>().AddPhase<PayRevert>();

    private static IServiceCollection AddReviews(this IServiceCollection services) => services
        .AddSingleton<RejudgeEvidence>().AddSingleton<JudgeShipped>().AddSingleton<JudgePolicyChange>().AddSingleton<JudgeProposal>()
        .AddSingleton<JudgeChange>()
        .AddSingleton<CheckPullRequest>().AddSingleton<RefreshChecks>()
        .AddSingleton<OrderVerdict>().AddSingleton<ShowVerdict>();

    private static IServiceCollection AddInbox(this IServiceCollection services) => services
        .AddSingleton<ReceiveUpload>().AddSingleton<ReceiveAlerts>().AddSingleton<ReceiveAzureAlert>().AddSingleton<ShowMetrics>()
        .AddSingleton<ReceiveGitHub>().AddSingleton<ReceiveFluxEvent>()
        .AddSingleton<PreviewCommand>().AddSingleton<ReceiveCommand>().AddSingleton<CarryOutCommand>()
        .AddSingleton<HandleGitHubEvent>().AddSingleton<HearPullRequest>().AddSingleton<AnswerCommand>().AddSingleton<CommandSubject>()
        .AddSingleton<CommandAnswers>()
        .AddSingleton<LookAtReleases>().AddSingleton<HandleWork>().AddSingleton<RedeliverHooks>()
        .AddSingleton<RetryFailedUploads>().AddSingleton<TellDeadLetters>().AddSingleton<SweepAll>();

    private static IServiceCollection AddPhase<T>(this IServiceCollection services)
        where T : class, IPhaseStep => services.AddSingleton<IPhaseStep, T>();

    private static IServiceCollection AddVerb<T>(this IServiceCollection services)
        where T : class, IReleaseVerb => services.AddSingleton<IReleaseVerb, T>();
}
