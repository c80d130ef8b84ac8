using System.Net;
using System.Net.Sockets;

namespace LlmOps.LocalHost.Processes;

/// <summary>Free ports on loopback for programs that must be told theirs.</summary>
internal static class LoopbackPort
{
    /// <summary>Below the range from which Linux takes the source ports of connections, which could take the port meanwhile.</summary>
    private const int First = 20_000;
    private const int Count = 12_000;

    /// <summary>Chance of its own: two runs with one seed must not meet on a port.</summary>
    private static readonly Chance Chance = new(seed: null);

    public static int Free()
    {
        for (int tries = 0; tries < 1000; tries++)
        {
            int port = First + Chance.Below(Count);
            if (CanListen(port))
            {
                return port;
            }
        }
        throw new IOException($"no free port between {First} and {First + Count} on 127.0.0.1");
    }

    /// <summary>Whether nobody listens there now.</summary>
    public static bool CanListen(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
