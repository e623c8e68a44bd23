using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MlOps.Models;
using MlOps.Providers;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Finds properties of an input type without a matching model input, and optional model inputs without a matching property.</summary>
internal static class UnmatchedMembers
{
    /// <summary>Lists the unmatched properties and optional inputs.</summary>
    /// <param name="model">The signature that the loaded model reports.</param>
    /// <param name="schema">The input schema, which may name the columns of a tensor.</param>
    /// <returns>Descriptions such as <c>property 'Label'</c> and <c>optional input 'threshold'</c>; empty if everything matches.</returns>
    public static string[] Find<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput>(ModelSignature model, InputSchema schema)
    {
        var usable = FeatureProperty.Of<TInput>();
        string[] inputs = [.. model.Inputs.Select(static input => input.Name), .. schema.Features.Select(static feature => feature.Name)];
        var bound = FeatureBinding.Find(schema.Features, usable).Select(static binding => binding.Property).ToHashSet();
        var properties = typeof(TInput).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.GetIndexParameters().Length == 0
                && !property.CustomAttributes.Any(static attribute => attribute.AttributeType.FullName == "Microsoft.ML.Data.NoColumnAttribute"))
            .Where(property => !bound.Any(other => other.Property == property)
                && !NamesOf(property, usable).Any(name => inputs.Any(input => FeatureProperty.NamesMatch(input, name))))
            .Select(static property => $"property '{property.Name}'");
        var optional = model.Inputs
            .Where(input => input.IsOptional
                && !typeof(TInput).GetProperties().Any(property => NamesOf(property, usable).Any(name => FeatureProperty.NamesMatch(input.Name, name))))
            .Select(static input => $"optional input '{input.Name}'");
        return [.. properties, .. optional];
    }

    /// <summary>Gets the possible input names of a property: its own name, and the names in its attributes.</summary>
    private static IEnumerable<string> NamesOf(PropertyInfo property, IReadOnlyList<FeatureProperty> usable) =>
        usable.FirstOrDefault(other => other.Property == property) is { } feature
            ? [feature.Name]
            : property.CustomAttributes.SelectMany(static attribute => attribute.ConstructorArguments)
                .Select(static argument => argument.Value).OfType<string>().Append(property.Name);
}
