using System.Text;
using LlmOps.Events;

namespace LlmOps.Tests.ControlPlane.Events;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    // The vector of the Standard Webhooks libraries.
    [Fact]
    public void The_vector_of_standard_webhooks_is_signed_as_its_libraries_sign_it()
    {
        IReadOnlyDictionary<string, string> headers = WebhookSignature.Headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), Encoding.UTF8.GetBytes("{\"test\": 2432232314}"), [Secret], mlflow: false);
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", headers["webhook-signature"]);
        Assert.Equal("1614265330", headers["webhook-timestamp"]);
        Assert.Equal(3, headers.Count);
    }

    // Computed by the formula of mlflow/webhooks/delivery.py, in Python: the key is the secret's text.
    [Fact]
    public void A_receiver_written_for_mlflow_finds_its_own_signature()
    {
        IReadOnlyDictionary<string, string> headers = WebhookSignature.Headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), Encoding.UTF8.GetBytes("{\"test\": 2432232314}"), [Secret], mlflow: true);
        Assert.Equal("v1,TcxlhK9b6UD6iVI1ZU2tTqp8PEVfYRseNNfa6b+LcUg=", headers["X-MLflow-Signature"]);
        Assert.Equal((headers["webhook-id"], headers["webhook-timestamp"]), (headers["X-MLflow-Delivery-Id"], headers["X-MLflow-Timestamp"]));
    }

    [Fact]
    public void Each_secret_signs_while_they_are_changed()
    {
        string other = "whsec_" + Convert.ToBase64String(new byte[32]);
        string both = Sign(Secret, other);
        Assert.Equal($"{Sign(Secret)} {Sign(other)}", both);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("whsec_not base64!", false)]
    [InlineData("whsec_c2hvcnQ=", false)]
    [InlineData(Secret, true)]
    public void A_secret_is_its_prefix_and_enough_bytes(string secret, bool valid) => Assert.Equal(valid, WebhookSignature.KeyOf(secret) is not null);

    [Fact]
    public void Ids_have_no_full_stop() => Assert.DoesNotContain('.', OutgoingEvent.IdOf("release.promoted/tiny-ops/1.0.0"));

    private static string Sign(params string[] secrets) =>
        WebhookSignature.Headers("evt_1", DateTimeOffset.UnixEpoch, [1, 2], secrets, mlflow: false)["webhook-signature"];
}
