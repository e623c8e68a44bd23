using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>Window objects that were merged.</summary>
/// <param name="Content">The merged content.</param>
/// <param name="Paths">The paths of the objects.</param>
internal sealed record MergedObjects(WindowContent Content, IReadOnlyList<ArtifactPath> Paths);
