using System.Net;
using System.Net.Sockets;

namespace LlmOps.Events;

/// <summary>Which addresses webhooks may reach: public ones, and those of networks that the settings name.</summary>
public static class PublicNetwork
{
    // IANA's special-purpose registries, and what clouds answer their machines on: 169.254.169.254 lies in a network below,
    // Azure's 168.63.129.16 looks public.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    // Of IPv6, only global unicast is public.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether an address is public.</summary>
    public static bool Holds(IPAddress address)
    {
        IPAddress plain = Plain(address);
        return (plain.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(plain)) && !NotPublic.Any(network => network.Contains(plain));
    }

    /// <summary>Whether webhooks may reach an address: it is public, or in one of the networks (CIDR) given.</summary>
    public static bool Admits(IPAddress address, IEnumerable<string> networks) =>
        Holds(address) || networks.Select(IPNetwork.Parse).Any(network => network.Contains(Plain(address)));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
