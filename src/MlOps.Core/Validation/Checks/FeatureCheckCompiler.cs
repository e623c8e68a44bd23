using System.Reflection;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Creates the check of a property, which accesses the property through typed delegates.</summary>
internal sealed class FeatureCheckCompiler<TRow>(FeatureProperty property, FeatureSchema feature, string name, InputPolicy policy, List<string> faults)
    : RuleCompiler<FeatureCheck<TRow>>(property.ToString(), property.Type!.Value, feature, policy, faults)
    where TRow : class
{
    /// <summary>Gets the required number of elements of an array. An array for a whole call may have any number of rows.</summary>
    private int? Count => property.IsPerCall ? null : Feature.Count;

    /// <summary>Creates the check of a property.</summary>
    public static FeatureCheck<TRow>? Compile(FeatureProperty property, FeatureSchema feature, string name, InputPolicy policy, List<string> faults) =>
        property.IsTensor
            ? CompileTensor(property, feature, policy, faults)
            : new FeatureCheckCompiler<TRow>(property, feature, name, policy, faults).Compile();

    protected override FeatureCheck<TRow>? CompileNumber<T>() =>
        property.IsNullable ? Compile<T?, NullableRule<T, NumberRule<T>>>(new(Feature, property.Index is not null, new(Feature))) : base.CompileNumber<T>();

    protected override FeatureCheck<TRow>? CompileText()
    {
        var check = base.CompileText();
        return check is not null && Feature.MaxUnseenRate > 0 ? new UnseenRateCheck<TRow>(check, Feature.MaxUnseenRate) : check;
    }

    protected override FeatureCheck<TRow>? CompilePresence<T>() =>
        property.IsNullable ? Compile<T?, PresenceRule<T?>>(new(Feature))
        : property.IsArray ? base.CompilePresence<T>()
        : null;

    protected override FeatureCheck<TRow>? Compile<T, TRule>(TRule rule)
    {
        if (!TryCreateValuePolicy<T, TRule>(rule, out var valuePolicy))
        {
            return null;
        }

        var setter = FindSetter(property);
        if (!CanApplyPolicy(property, Feature, Policy, Faults))
        {
            return null;
        }

        var getter = property.Property.GetMethod!;
        if (!property.IsArray)
        {
            return new ScalarCheck<TRow, T, TRule>(name, getter.CreateDelegate<Func<TRow, T>>(), setter?.CreateDelegate<Action<TRow, T>>(), rule, valuePolicy);
        }

        var setArray = setter?.CreateDelegate<Action<TRow, T[]>>();
        return new ArrayCheck<TRow, T, TRule>(Feature, Count, name, getter.CreateDelegate<Func<TRow, T[]?>>(), setArray, rule, valuePolicy);
    }

    private static TensorPropertyCheck<TRow>? CompileTensor(FeatureProperty property, FeatureSchema feature, InputPolicy policy, List<string> faults)
    {
        var input = new ModelFeature { Name = feature.Name, Type = feature.Type };
        var slice = new TensorSlice(feature, input, column: null) { Count = property.IsPerCall ? null : feature.Count };
        var checks = new TensorChecks(slice, policy, faults);
        var setter = FindSetter(property)?.CreateDelegate<Action<TRow, ModelTensor>>();
        return CanApplyPolicy(property, feature, policy, faults)
            ? new TensorPropertyCheck<TRow>(feature, checks, property.Property.GetMethod!.CreateDelegate<Func<TRow, ModelTensor?>>(), setter)
            : null;
    }

    private static MethodInfo? FindSetter(FeatureProperty property) => property.Property.SetMethod is { IsPublic: true } method ? method : null;

    /// <summary>Determines whether a property supports a policy, and adds a fault if it does not.</summary>
    private static bool CanApplyPolicy(FeatureProperty property, FeatureSchema feature, InputPolicy policy, List<string> faults)
    {
        var replaces = policy == InputPolicy.Impute
            ? feature.Impute is not null
            : policy == InputPolicy.Clamp && (feature.Minimum ?? feature.Maximum) is not null;
        if (replaces && FindSetter(property) is null)
        {
            faults.Add(
                $"{property} has no setter, but the policy of the feature '{feature.Name}' is {policy}. "
                + "Add a setter (init is sufficient), or choose another policy.");
            return false;
        }

        return true;
    }
}
