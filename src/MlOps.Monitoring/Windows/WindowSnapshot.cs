namespace MlOps.Monitoring.Windows;

/// <summary>The content of an open window at a checkpoint.</summary>
/// <param name="Window">The window.</param>
/// <param name="Content">The content.</param>
/// <param name="IsFinal">Whether the window was closed.</param>
internal sealed record WindowSnapshot(OpenWindow Window, WindowContent Content, bool IsFinal);
