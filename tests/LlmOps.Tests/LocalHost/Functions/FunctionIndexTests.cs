using LlmOps.FunctionApp.Triggers;
using LlmOps.LocalHost.Functions;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.Tests.LocalHost.Functions;

public sealed class FunctionIndexTests
{
    [Fact]
    public void The_apps_own_functions_are_all_found()
    {
        IEnumerable<Type> types = typeof(BlobModelUploaded).Assembly.GetExportedTypes();

        IEnumerable<string> names = FunctionIndex.Of(types).Functions.Select(function => function.Name).Order(StringComparer.Ordinal);

        string[] declared =
        [
            .. types.SelectMany(type => type.GetMethods()).SelectMany(method => method.GetCustomAttributes(typeof(FunctionAttribute), inherit: false))
                .Cast<FunctionAttribute>().Select(function => function.Name).Order(StringComparer.Ordinal),
        ];
        Assert.Contains("HttpAlertmanager", declared);
        Assert.Equal(declared, names);
    }

    [Theory]
    [InlineData(typeof(UnknownTrigger), "UnknownTrigger.Run: KafkaTrigger as it is used on message is not a trigger of this host")]
    [InlineData(typeof(NoTrigger), "NoTrigger.Run: no parameter has a trigger")]
    [InlineData(typeof(TwoTriggers), "TwoTriggers.Run: it has more than one binding: one trigger is all that this host feeds")]
    [InlineData(typeof(Batched), "Batched.Run: ServiceBusTrigger as it is used on body is not a trigger of this host")]
    [InlineData(typeof(OutputBinding), "OutputBinding.Run: SignalROutput is not known to this host")]
    [InlineData(typeof(WrongInput), "WrongInput.Run: timer must be TimerInfo")]
    [InlineData(typeof(WrongReturn), "WrongReturn.Run: it must return Task<IResult>")]
    [InlineData(typeof(UnboundValue), "UnboundValue.Run: String version cannot be bound")]
    [InlineData(typeof(UnboundType), "UnboundType.Run: Int32 count cannot be bound")]
    [InlineData(typeof(NotPublic), "NotPublic.Run: it must be a public instance method")]
    [InlineData(typeof(SameName), "SameName.One and SameName.Two are both named Same")]
    [InlineData(typeof(SameRoute), "One and Two have the same route /items/{id}")]
    public void A_function_that_Azure_would_run_otherwise_is_refused(Type function, string problem) =>
        Assert.Equal(
            "the embedded host cannot run these functions: " + problem,
            Assert.Throws<UnsupportedFunctionException>(() => FunctionIndex.Of([function])).Message);

    [Fact]
    public void All_problems_are_listed_at_once()
    {
        string message = Assert.Throws<UnsupportedFunctionException>(() => FunctionIndex.Of([typeof(NoTrigger), typeof(WrongInput)])).Message;

        Assert.Contains("NoTrigger.Run", message, StringComparison.Ordinal);
        Assert.Contains("WrongInput.Run", message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_route_may_serve_several_methods() => Assert.Equal(2, FunctionIndex.Of([typeof(GetAndPost)]).Functions.Count);
}
