using Microsoft.ML.Transforms;

namespace MlOps.Models;

/// <summary>A custom mapping of an application.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class DoublingFactory : CustomMappingFactory<Amount, Doubled>
{
    public const string Contract = "doubling";

    public override Action<Amount, Doubled> GetMapping() => static (amount, doubled) => doubled.Twice = 2 * amount.Value;
}
