using Microsoft.ML.Transforms;

namespace MlOps.Models;

/// <summary>A custom mapping that needs more memory than there is, as long as the process is small.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class HungryFactory : CustomMappingFactory<Amount, Doubled>
{
    public const string Contract = "hungry";

    internal static bool HasEnough { get; set; }

    public override Action<Amount, Doubled> GetMapping() => HasEnough ? new DoublingFactory().GetMapping() : throw new InsufficientMemoryException();
}
