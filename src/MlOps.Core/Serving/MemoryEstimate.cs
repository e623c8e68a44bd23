using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The estimated memory use of a version, for memory budgets.</summary>
/// <param name="Bytes">The memory in bytes.</param>
/// <param name="Source">The source of the estimate, for messages.</param>
internal readonly record struct MemoryEstimate(long Bytes, string Source)
{
    /// <summary>Estimates the memory use: the value measured on the kind of this machine, or else the greatest value of other kinds, or else the size of
    /// the files.</summary>
    public static MemoryEstimate Of(ModelVersion version)
    {
        if (version.FindResources(ResourceProfile.CurrentMachine)?.Memory is { } own)
        {
            return new(own, $"measured on {ResourceProfile.CurrentMachine}");
        }

        var other = version.ResourcesByMachine.Where(static profile => profile.Memory is not null).MaxBy(static profile => profile.Memory!.Value);
        return other is null
            ? new(version.Size, "the size of its files, because its memory is not measured")
            : new(other.Memory!.Value, other.Machine is null ? "recorded without a kind of machine" : $"measured on {other.Machine}");
    }
}
