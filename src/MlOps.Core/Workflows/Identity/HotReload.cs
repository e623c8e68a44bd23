using System.Reflection.Metadata;
using MlOps.Workflows;

[assembly: MetadataUpdateHandler(typeof(HotReload))]

namespace MlOps.Workflows;

/// <summary>Notices that code was replaced while the program runs, which module version ids do not show.</summary>
internal static class HotReload
{
    /// <summary>Gets the reason why code has no identity; <see langword="null"/> if no code was replaced.</summary>
    public static string? Doubt => WasApplied ? "code of the program was replaced while it runs (hot reload)" : null;

    /// <summary>Gets or sets a value indicating whether code was replaced.</summary>
    internal static bool WasApplied { get; set; }

    /// <summary>Called by the runtime after a hot reload.</summary>
    internal static void UpdateApplication(Type[]? _) => WasApplied = true;
}
