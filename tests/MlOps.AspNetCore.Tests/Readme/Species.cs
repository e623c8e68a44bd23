namespace MlOps.Readme;

internal sealed class Species
{
    public long Label { get; set; }
}
