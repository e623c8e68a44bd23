using System.Reflection.Metadata;
using MlOps.Workflows;

[assembly: MetadataUpdateHandler(typeof(HotReload))]

namespace MlOps.Workflows;

/// <summary>Detects hot reload, which replaces code without changing the module version ids.</summary>
internal static class HotReload
{
    /// <summary>Gets the reason why code cannot be identified with certainty; <see langword="null"/> if no code was replaced.</summary>
    public static string? UncertainReason => WasApplied ? "code of the program was replaced at run time (hot reload)" : null;

    /// <summary>Gets or sets a value indicating whether code was replaced.</summary>
    internal static bool WasApplied { get; set; }

    /// <summary>Records a hot reload. The runtime calls this method.</summary>
    internal static void UpdateApplication(Type[]? _) => WasApplied = true;
}
