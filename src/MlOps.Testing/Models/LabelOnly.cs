namespace MlOps.Testing;

/// <summary>A part of what the model of <see cref="ModelLoaderConformance"/> gives.</summary>
public sealed class LabelOnly
{
    /// <summary>Gets or sets the output <c>label</c>.</summary>
    public long Label { get; set; }
}
