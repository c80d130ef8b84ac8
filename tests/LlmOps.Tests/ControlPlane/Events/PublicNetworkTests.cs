using System.Net;
using LlmOps.Events;

namespace LlmOps.Tests.ControlPlane.Events;

public sealed class PublicNetworkTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("168.63.129.15")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void A_public_address_is_admitted(string address) => Assert.True(PublicNetwork.Holds(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:1::1")]
    [InlineData("ff02::1")]
    public void What_is_not_public_is_refused(string address) => Assert.False(PublicNetwork.Holds(IPAddress.Parse(address)));

    [Fact]
    public void A_setting_admits_its_network_and_no_other()
    {
        Assert.True(PublicNetwork.Admits(IPAddress.Parse("10.1.2.3"), ["10.0.0.0/8"]));
        Assert.True(PublicNetwork.Admits(IPAddress.Parse("::ffff:10.1.2.3"), ["10.0.0.0/8"]));
        Assert.False(PublicNetwork.Admits(IPAddress.Parse("169.254.169.254"), ["10.0.0.0/8"]));
    }
}
