using System.Net;
using System.Net.Sockets;

namespace LlmOps.LocalHost.Processes;

/// <summary>Free ports on loopback for programs that must be told theirs.</summary>
internal static class LoopbackPort
{
    /// <summary>Below the range from which Linux takes the source ports of connections, which could take the port meanwhile.</summary>
    private const int First = 20_000;
    private const int Count = 12_000;

    public static int Free(Chance chance)
    {
        for (int tries = 0; tries < 1000; tries++)
        {
            int port = First + chance.Below(Count);
            if (CanListen(port))
            {
                return port;
            }
        }
        throw new IOException($"no free port between {First} and {First + Count} on 127.0.0.1");
    }

    private static bool CanListen(int port)
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
