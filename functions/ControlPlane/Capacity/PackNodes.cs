namespace LlmOps.Capacity;

/// <summary>How many nodes hold a set of replicas, each of which needs its GPUs on one node.</summary>
public static class PackNodes
{
    /// <summary>
    /// Nodes by first fit, the largest first, which takes at most 11/9 of the least number and one more (Dósa 2007); null
    /// when a replica fits on no node.
    /// </summary>
    public static int? Count(IEnumerable<int> gpus, int gpusPerNode)
    {
        List<int> free = [];
        foreach (int needed in gpus.Where(needed => needed > 0).OrderDescending())
        {
            if (needed > gpusPerNode)
            {
                return null;
            }
            int node = free.FindIndex(left => left >= needed);
            if (node < 0)
            {
                free.Add(gpusPerNode - needed);
            }
            else
            {
                free[node] -= needed;
            }
        }
        return free.Count;
    }
}
